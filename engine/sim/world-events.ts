// What waits on the simulated calendar: kinds of pending world events. `a` and `b` are the two numbers kept with each.
// The kernel never sees these; it sees the journal events they turn into.

export const W_SUBMIT = 1; // a: job
export const W_TICK = 2;
export const W_BEGIN = 3; // a: task, b: attempt. Its inputs are there: start if the unit is ready.
export const W_ATTEMPT = 4; // a: task, b: attempt. The running attempt reaches its next milestone.
export const W_VM_READY = 5; // a: unit, b: life
export const W_VM_NOTICE = 6; // a: unit, b: life
export const W_VM_KILL = 7; // a: unit, b: life
export const W_PRICE = 8; // a: pool, b: step
export const W_AVAILABILITY = 9; // a: pool, b: step
export const W_ANSWER = 10; // a: task, b: attempt. A person answers an offer.
export const W_API_DRAIN = 11; // a: unit. The next waiting call may fit.
export const W_FAULT = 12; // a: fault
export const W_FAULT_END = 13; // a: fault
export const W_OUTAGE = 14; // a: unit, b: outage
export const W_RESUME = 15; // the first event of a fork, at its instant
export const W_HORIZON = 17; // the run is to stop here
export const W_RETURN = 16; // a: unit. A person away at the instant of a fork comes back.
