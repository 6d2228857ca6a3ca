import { Code, Tabs } from '@mantine/core'
import classes from './code-sample.module.css'
import { CopyButton } from './copy-button.tsx'

/** Ready lines in several languages, to be copied. The object's names are the tabs. */
export function CodeSample({ samples }: { samples: Readonly<Record<string, string>> }) {
  const names = Object.keys(samples)
  return (
    <Tabs defaultValue={names[0]}>
      <Tabs.List>
        {names.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {names.map((name) => (
        <Tabs.Panel key={name} value={name} className={classes.panel}>
          <Code block tabIndex={0} className={classes.code}>
            {samples[name]}
          </Code>
          <span className={classes.copy}>
            <CopyButton value={samples[name] ?? ''} what={name} />
          </span>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
