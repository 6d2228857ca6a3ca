import { Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { ErrorNote } from '../parts/error-note.tsx'
import { configQuery } from './config.ts'
import classes from './door.module.css'

/** The frame of the screens outside: the mark, a card, and a line below it. */
export function Door(props: { title: string; intro?: ReactNode; children: ReactNode; foot?: ReactNode }) {
  const config = useQuery(configQuery)
  const brand = config.data?.brand ?? 'Claviger'
  useEffect(() => {
    document.title = `${props.title} · ${brand}`
  }, [props.title, brand])
  return (
    <main className={classes.ground}>
      <Stack className={classes.column} gap="lg">
        <Center className={classes.mark}>
          <img src="/icon.svg" alt="" width={40} height={40} />
          <span>{brand}</span>
        </Center>
        <Paper p={{ base: 'lg', xs: 'xl' }} shadow="xs">
          <Stack>
            <div>
              <Title order={1}>{props.title}</Title>
              {props.intro && (
                <Text size="sm" c="dimmed" mt={4} component="div">
                  {props.intro}
                </Text>
              )}
            </div>
            <ErrorNote error={config.error} onRetry={() => void config.refetch()} />
            {props.children}
          </Stack>
        </Paper>
        {props.foot && (
          <Text size="sm" c="dimmed" ta="center" component="div">
            {props.foot}
          </Text>
        )}
      </Stack>
    </main>
  )
}
