import { Code, Text } from '@mantine/core'
import { CopyButton } from '../parts/copy-button.tsx'
import classes from './playground.module.css'

/** A text as the model wrote it; what stands between three backticks is code. */
export function AnswerText({ text }: { text: string }) {
  return partsOf(text).map((part) =>
    part.code ? (
      <div key={part.at} className={classes.code}>
        <Code block tabIndex={0}>
          {part.text}
        </Code>
        <span className={classes.copy}>
          <CopyButton value={part.text} what="code" />
        </span>
      </div>
    ) : (
      <Text key={part.at} component="div" className={classes.text}>
        {part.text}
      </Text>
    ),
  )
}

interface Part {
  /** Where it begins, which stays while the text grows. */
  readonly at: number
  readonly code: boolean
  readonly text: string
}

function partsOf(text: string): Part[] {
  let at = 0
  return text.split(/^```/m).flatMap((piece, index) => {
    const code = index % 2 === 1
    const part = { at, code, text: code ? piece.replace(/^[^\n]*\n?/, '').trimEnd() : piece.trim() }
    at += piece.length + 3
    return part.text === '' ? [] : [part]
  })
}
