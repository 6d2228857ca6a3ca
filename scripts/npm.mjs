/**
 * How to call the npm that called us, with the given Node. A script started without npm falls back to the one on
 * the PATH.
 */
export function npmCommand(node) {
  const caller = process.env.npm_execpath
  if (caller?.endsWith('npm-cli.js')) return { command: node, args: [caller], shell: false }
  const windows = process.platform === 'win32'
  return { command: windows ? 'npm.cmd' : 'npm', args: [], shell: windows }
}
