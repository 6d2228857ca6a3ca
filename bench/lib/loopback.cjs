// Preloaded into Portkey, which listens on all interfaces and has no setting for it: a benchmark on a shared machine
// opens no port to the network.
const net = require('node:net')

const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (...args) {
  const [first, ...rest] = args
  if (typeof first === 'object' && first !== null && first.port !== undefined) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  if (typeof first === 'number' || typeof first === 'string') {
    const callback = rest.find((argument) => typeof argument === 'function')
    return listen.call(this, { port: Number(first), host: '127.0.0.1' }, callback)
  }
  return listen.apply(this, args)
}
