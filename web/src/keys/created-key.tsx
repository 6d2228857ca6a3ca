import { Button, Group, Stack, Text } from '@mantine/core'
import { CodeSample } from '../parts/code-sample.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { SecretOnce } from '../parts/secret-once.tsx'
import { useMe } from '../session.ts'
import { useFirstModel } from './use-models.ts'

/** The secret, this once, and how a program uses it. */
export function CreatedKey({ secret, onDone }: { secret: string | null; onDone: () => void }) {
  const { apiBase } = useMe()
  const model = useFirstModel()
  return (
    <Stack>
      {secret ? (
        <>
          <SecretOnce secret={secret} />
          <div>
            <Text size="sm" fw={600} mb={4}>
              Try it
            </Text>
            <CodeSample samples={samplesOf(secret, apiBase, model)} />
          </div>
        </>
      ) : (
        <ErrorNote
          error={
            new Error('The key was made, but its secret was lost on the way. Revoke it and create another.')
          }
        />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}

function samplesOf(secret: string, base: string, model: string): Record<string, string> {
  return {
    curl: `curl ${base}/chat/completions \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
    TypeScript: `import OpenAI from 'openai'

const ai = new OpenAI({ baseURL: '${base}', apiKey: '${secret}' })
const answer = await ai.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(answer.choices[0].message.content)`,
    Python: `from openai import OpenAI

ai = OpenAI(base_url="${base}", api_key="${secret}")
answer = ai.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
  }
}
