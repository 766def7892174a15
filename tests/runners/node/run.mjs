// Carries out the scenarios with the package `filed-sdk` and writes down what it got. What a runner
// does is said in tests/scenarios/README.md; it judges nothing.
//
//     node run.mjs --control URL --scenarios scenarios.json --out LOG [--only TEXT]

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

import { Control, ControlError } from './control.mjs'
import { makeFiles } from './files.mjs'
import { Operations } from './operations.mjs'
import { Unresolved, resolve } from './references.mjs'
import { errorWords } from './words.mjs'

const { values: options } = parseArgs({
  options: {
    control: { type: 'string' },
    scenarios: { type: 'string' },
    out: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})

// What says something about a step and is no argument of it.
const ABOUT_STEP = ['op', 'as', 'expect', 'compare']

const write = (line) => appendFileSync(options.out, `${JSON.stringify(line)}\n`)

async function carryOut(scenario, control) {
  const ready = await control.prepare(scenario)
  const folder = await mkdtemp(path.join(tmpdir(), 'scenario-'))
  try {
    await makeFiles(folder, scenario.files ?? {})
    const known = { ...ready, dir: folder }
    const operations = new Operations(control, folder, known, scenario.client ?? {})
    for (const [index, step] of scenario.steps.entries()) {
      const result = await carryOutStep(step, operations, known)
      write({ scenario: scenario.id, step: index + 1, op: step.op, ...result })
    }
    await operations.close()
    write({ scenario: scenario.id, state: await control.call('GET', '/state?summary=1') })
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function carryOutStep(step, operations, known) {
  try {
    const named = Object.entries(step).filter(([name]) => !ABOUT_STEP.includes(name))
    const given = resolve(Object.fromEntries(named), known)
    const ok = (await operations.perform(step.op, given)) ?? null
    if (step.as) known[step.as] = ok
    return { ok }
  } catch (error) {
    if (error instanceof Unresolved) return { error: { code: 'UNRESOLVED' } }
    if (error instanceof ControlError) return { error: { code: 'CONTROL' } }
    return { error: errorWords(error) }
  }
}

const scenarios = JSON.parse(readFileSync(options.scenarios, 'utf8'))
const chosen = scenarios.filter((scenario) => scenario.id.includes(options.only))
const control = new Control(options.control)
writeFileSync(options.out, '')
for (const scenario of chosen) await carryOut(scenario, control)
console.log(`${chosen.length} scenarios run`)
