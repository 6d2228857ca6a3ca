const state = document.getElementById('state')

/** Says in words what /readyz says in a status. */
async function showState() {
  try {
    const answer = await fetch('/readyz', { cache: 'no-store' })
    state.textContent = answer.ok ? 'The server is ready.' : 'The server runs, but cannot ask its database.'
    state.dataset.ok = String(answer.ok)
  } catch {
    state.textContent = 'The server does not answer.'
    state.dataset.ok = 'false'
  }
}

await showState()
setInterval(showState, 10_000)
