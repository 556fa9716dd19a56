/** The org's idea of now. Stamps, sessions and limits follow it, and so does the `Date` header. */
export interface Clock {
  nowMs(): number;
}

export interface ClockSetting {
  /** A stopped clock shows this time. */
  fixedMs?: number;
  /** A running clock is this far from the machine's. */
  offsetMs?: number;
}

export interface AdjustableClock extends Clock {
  setting(): ClockSetting;
  adjust(setting: ClockSetting): void;
}

export function adjustableClock(base: Clock = { nowMs: () => Date.now() }): AdjustableClock {
  let current: ClockSetting = {};
  return {
    nowMs: () => current.fixedMs ?? base.nowMs() + (current.offsetMs ?? 0),
    setting: () => current,
    adjust: setting => {
      current = setting;
    },
  };
}
