import { Stack, Text } from '@mantine/core'
import { CodeSample } from '../parts/code-sample.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useMe } from '../session.ts'
import type { Wish } from './generation-api.ts'

/** The same from a program: ask, then look until it has ended. */
export function GenerationCode(props: { opened: boolean; onClose: () => void; wish: Wish }) {
  const { apiBase } = useMe()
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title="The same from a program" size="lg">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          With an API key in the environment as API_KEY. Instead of asking again and again, name a webhook_url
          and be told.
        </Text>
        <CodeSample samples={samplesOf(apiBase, props.wish)} />
      </Stack>
    </Dialog>
  )
}

function samplesOf(base: string, wish: Wish): Record<string, string> {
  const body = JSON.stringify(wish, null, 2)
  // In a shell's single quotes nothing is special but the quote itself.
  const quoted = body.replaceAll("'", `'\\''`)
  return {
    curl: `curl ${base}/generate \\
  -H "Authorization: Bearer $API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${quoted}'

# with the id of its answer, until the status is completed or failed
curl ${base}/tasks/gen_… -H "Authorization: Bearer $API_KEY"`,
    TypeScript: `const headers = {
  authorization: \`Bearer \${process.env.API_KEY}\`,
  'content-type': 'application/json',
}
const body = JSON.stringify(${body})
const asked = await fetch('${base}/generate', { method: 'POST', headers, body })
let task = (await asked.json()).data
while (task.status === 'pending' || task.status === 'processing') {
  await new Promise((wake) => setTimeout(wake, 2000))
  task = (await (await fetch(\`${base}/tasks/\${task.id}\`, { headers })).json()).data
}
console.log(task.error ?? task.output.urls)`,
    Python: `import os, time
import requests

headers = {"Authorization": f"Bearer {os.environ['API_KEY']}"}
wish = ${JSON.stringify(wish, null, 4)}
task = requests.post("${base}/generate", headers=headers, json=wish).json()["data"]
while task["status"] in ("pending", "processing"):
    time.sleep(2)
    task = requests.get(f"${base}/tasks/{task['id']}", headers=headers).json()["data"]
print(task.get("error") or task["output"]["urls"])`,
  }
}
