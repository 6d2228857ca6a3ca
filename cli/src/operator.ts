import { Failure } from './flags.ts'

/** The commands of @claviger/server. They work on the data directory or the database, not over HTTP. */
export const OPERATOR_COMMANDS: readonly string[] = [
  'serve',
  'migrate',
  'doctor',
  'backup',
  'ledger',
  'audit',
  'admin',
]

/** Hands the process, with its arguments as they are, to the server's own command line. */
export async function operate(command: string): Promise<void> {
  if (!isInstalled()) {
    throw new Failure(
      `claviger ${command} is part of the server, which is not installed beside this command. Where the server runs: npm install --global @claviger/server @claviger/cli`,
    )
  }
  await import('@claviger/server/main')
}

function isInstalled(): boolean {
  try {
    import.meta.resolve('@claviger/server/main')
    return true
  } catch {
    return false
  }
}
