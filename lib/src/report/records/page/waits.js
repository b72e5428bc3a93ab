// What a job waited for between its acceptance and its start: jobs that it needs, then a pool or a
// slot. Which of the two is not recorded but seen: while slots were free, it cannot have been slots.

/** Weight that ran over time: used[i] from times[i] until times[i + 1]. */
function slotUse(jobs) {
  const changes = [];
  for (const job of jobs)
    for (const { start, end } of job.attempts)
      changes.push([start, job.weight], [end, -job.weight]);
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const times = new Float64Array(changes.length);
  const used = new Float64Array(changes.length);
  let sum = 0;
  changes.forEach(([time, weight], i) => {
    times[i] = time;
    used[i] = sum += weight;
  });
  return { times, used };
}

/** For sums over intervals: seconds before times[i] in which `weight` more would have fitted. */
function freeBefore({ times, used }, limit, weight) {
  const sums = new Float64Array(times.length);
  for (let i = 1; i < times.length; ++i) {
    const fits = limit === null || used[i - 1] + weight <= limit;
    sums[i] = sums[i - 1] + (fits ? times[i] - times[i - 1] : 0);
  }
  return sums;
}

class SlotWaits {
  constructor(jobs, limit) {
    this.limit = limit;
    this.use = slotUse(jobs);
    this.sums = new Map();  // by weight
  }

  /** Seconds of [from, to] in which slots for `weight` were free. */
  free(from, to, weight) {
    if (this.limit === null || !(to > from)) return Math.max(to - from, 0);
    const wanted = Math.min(weight, this.limit);
    if (!this.sums.has(wanted)) this.sums.set(wanted, freeBefore(this.use, this.limit, wanted));
    return this.upTo(to, wanted) - this.upTo(from, wanted);
  }

  upTo(time, weight) {
    const { times, used } = this.use;
    const i = firstIndex(times.length, (k) => times[k] > time) - 1;
    if (i < 0) return time - (times.length > 0 ? times[0] : 0);
    const fits = used[i] + weight <= this.limit;
    return this.sums.get(weight)[i] + (fits ? time - times[i] : 0);
  }
}

/** The needed job that ended last; null when it has no row or nothing was needed. */
function lastNeed(model, job) {
  if (job.last) return model.bySeq.get(job.last) || null;
  let last = null;
  for (const seq of job.needs) {
    const needed = model.bySeq.get(seq);
    if (needed && needed.end !== undefined && (!last || needed.end > last.end)) last = needed;
  }
  return last;
}

/** Seconds by cause; `other` is neither: weir itself, --delay, or a turn that others had first. */
function waitsOf(slotWaits, job) {
  const none = { needs: 0, pool: 0, slot: 0, other: 0, backoff: 0, queued: 0 };
  if (job.start === undefined) return none;
  const ready = job.ready === undefined ? job.accepted : Math.max(job.ready, job.accepted);
  const from = Math.min(ready, job.start);
  const queued = job.start - from;
  const free = Math.min(slotWaits.free(from, job.start, job.weight), queued);
  return {
    needs: job.ready === undefined ? 0 : from - job.accepted,
    pool: job.pools.length > 0 ? free : 0,
    slot: queued - free,
    other: job.pools.length > 0 ? 0 : free,
    backoff: Math.max(job.end - job.start - job.ran, 0),
    queued,
  };
}

function addWaits(model) {
  const slotWaits = new SlotWaits(model.jobs, model.run.limit);
  for (const job of model.jobs) {
    job.waits = waitsOf(slotWaits, job);
    job.waited = job.start === undefined ? undefined : Math.max(job.start - job.accepted, 0);
  }
  model.use = slotWaits.use;
}
