import { Stack, Text } from '@mantine/core'
import { CodeSample } from '../parts/code-sample.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useMe } from '../session.ts'
import type { Question } from './ask.ts'

/** The conversation as a program would send it, with a key. */
export function CodeDialog(props: { opened: boolean; onClose: () => void; question: Question }) {
  const { apiBase } = useMe()
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title="The same from a program" size="lg">
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          With an API key in the environment as API_KEY.
        </Text>
        <CodeSample samples={samplesOf(apiBase, props.question)} />
      </Stack>
    </Dialog>
  )
}

function samplesOf(base: string, question: Question): Record<string, string> {
  const body = JSON.stringify(question, null, 2)
  // In a shell's single quotes nothing is special but the quote itself.
  const quoted = body.replaceAll("'", `'\\''`)
  const python = JSON.stringify(question, null, 4).slice(1, -1).trimEnd()
  return {
    curl: `curl ${base}/chat/completions \\
  -H "Authorization: Bearer $API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '${quoted}'`,
    TypeScript: `import OpenAI from 'openai'

const ai = new OpenAI({ baseURL: '${base}', apiKey: process.env.API_KEY })
const answer = await ai.chat.completions.create(${body})
console.log(answer.choices[0].message.content)`,
    Python: `import os
from openai import OpenAI

ai = OpenAI(base_url="${base}", api_key=os.environ["API_KEY"])
answer = ai.chat.completions.create(**{${python}
})
print(answer.choices[0].message.content)`,
  }
}
