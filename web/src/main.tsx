import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './theme.css'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { nonce } from './nonce.ts'
import { queryClient } from './query-client.ts'
import { noticeOtherPerson } from './session.ts'

// What the libraries that add style elements ask for their nonce.
Object.assign(globalThis, { __webpack_nonce__: nonce() })

// A tab that was open across an update asks for files that are gone; the new page names the new ones.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('claviger.reloaded') ?? 0)
  if (Date.now() - last < 10_000) return
  event.preventDefault()
  sessionStorage.setItem('claviger.reloaded', String(Date.now()))
  location.reload()
})

noticeOtherPerson(queryClient)

createRoot(document.getElementById('root') as HTMLElement).render(<App />)
