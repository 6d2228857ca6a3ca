import { Anchor, Button, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { answer, api } from '../api.ts'
import { useFirstModel } from '../keys/use-models.ts'
import { CodeSample } from '../parts/code-sample.tsx'
import { useMe } from '../session.ts'

/** Before the first request: how to make one. */
export function FirstSteps() {
  const { apiBase } = useMe()
  const model = useFirstModel()
  const keys = useQuery({
    queryKey: ['keys', 'any'],
    queryFn: ({ signal }) => answer(api.GET('/api/dashboard/keys', { signal })),
  })
  const hasKey = (keys.data?.data.length ?? 0) > 0
  return (
    <Paper p={{ base: 'md', sm: 'xl' }}>
      <Stack gap="lg" maw={720}>
        <div>
          <Title order={2}>Make your first request</Title>
          <Text c="dimmed" size="sm" mt={4}>
            Any client of the OpenAI API works: it needs a key and this server's address.
          </Text>
        </div>
        <Step number={1} done={hasKey} title={hasKey ? 'You have an API key' : 'Create an API key'}>
          <Text size="sm" c="dimmed">
            A key is shown once, when it is made. Put it into the environment as API_KEY.
          </Text>
          <Group mt="xs">
            <Button component={Link} to="/keys" variant={hasKey ? 'default' : 'filled'} size="xs">
              {hasKey ? 'See your keys' : 'Create a key'}
            </Button>
          </Group>
        </Step>
        <Step number={2} title="Call a model">
          <CodeSample samples={samplesOf(apiBase, model)} />
        </Step>
        <Step number={3} title="See it here">
          <Text size="sm" c="dimmed">
            This page shows the request within seconds, with its cost and its time. Without a program at hand,
            try the{' '}
            <Anchor component={Link} to="/playground" inherit underline="always">
              playground
            </Anchor>
            .
          </Text>
        </Step>
      </Stack>
    </Paper>
  )
}

function Step(props: { number: number; title: string; done?: boolean; children: ReactNode }) {
  return (
    <Group align="flex-start" wrap="nowrap" gap="md">
      <ThemeIcon radius="xl" variant={props.done ? 'filled' : 'light'} aria-hidden>
        {props.done ? <IconCheck size={16} /> : props.number}
      </ThemeIcon>
      <Stack gap={4} flex={1} miw={0}>
        <Title order={3} lh="28px">
          {props.title}
        </Title>
        {props.children}
      </Stack>
    </Group>
  )
}

function samplesOf(base: string, model: string): Record<string, string> {
  return {
    curl: `curl ${base}/chat/completions \\
  -H "Authorization: Bearer $API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
    TypeScript: `import OpenAI from 'openai'

const ai = new OpenAI({ baseURL: '${base}', apiKey: process.env.API_KEY })
const answer = await ai.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log(answer.choices[0].message.content)`,
    Python: `import os
from openai import OpenAI

ai = OpenAI(base_url="${base}", api_key=os.environ["API_KEY"])
answer = ai.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
  }
}
