import { BATCHES } from './batches.ts'
import { serveThread } from './storage/sqlite/thread.ts'

serveThread(BATCHES)
