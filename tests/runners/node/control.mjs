// The sandbox's control endpoint.

/** The endpoint refused a request. */
export class ControlError extends Error {}

export class Control {
  #url

  constructor(url) {
    this.#url = url
  }

  /** Puts the sandbox into the scenario's state; its ready object. */
  async prepare(scenario) {
    await this.call('POST', '/reset', scenario.sandbox ?? {})
    if (scenario.faults?.length) await this.call('POST', '/faults', { faults: scenario.faults })
    return await this.call('GET', '/ready')
  }

  /** Sends JSON and gives back the answer's. */
  call(method, at, body) {
    return this.send(method, at, body === undefined ? undefined : JSON.stringify(body), 'application/json')
  }

  /** Sends bytes and gives back the answer's JSON. */
  async send(method, at, body, type) {
    const answer = await fetch(this.#url + at, { method, body, headers: { 'content-type': type } })
    if (!answer.ok) throw new ControlError(`${answer.status}`)
    const text = await answer.text()
    return text ? JSON.parse(text) : null
  }
}
