package targets

import (
	"github.com/lostupdate/stress/workloads/cache"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/doctors"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/lock"
	"github.com/lostupdate/stress/workloads/outbox"
	"github.com/lostupdate/stress/workloads/quota"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/session"
	"github.com/lostupdate/stress/workloads/unique"
	"github.com/lostupdate/stress/workloads/wallet"
)

// About tells in a few sentences what a workload stands for, what its operations are and what must hold; nothing, if there is
// no such workload.
func About(workload string) string {
	switch workload {
	case counter.Name:
		return "A number that many add to: stock, likes, usage. Operations are `add` and `read`. Every acknowledged add must be in " +
			"the end value, once, and every read must be a value that the counter had while it was read."
	case outbox.Name:
		return "Changes that others must hear of: each is committed with an event, which a relay publishes. Operations are `write`, " +
			"`crash`, `publish`, and at the end `drain` and `published`. The event of every write must be published, none that was not " +
			"written, and those of one key in the order of its versions; an event may be published again."
	case register.Name:
		return "A value that is replaced: a status, a setting, a document with a version. Operations are `read`, `write` and " +
			"`compare-and-set`. There must be one order of the operations, in keeping with time, that explains every answer."
	case wallet.Name:
		return "Accounts whose money must add up. Operations are `deposit`, `deduct`, `transfer`, `read` and `read-all`. No money " +
			"may be lost or made, no balance may fall below zero, and no snapshot may show money on its way."
	case unique.Name:
		return "What must come about once for each key: get-or-create, sign-up by address, an idempotency key. Operations are " +
			"`create`, `get` and `count`. At most one create of a key has an effect, and everybody who asks is given that one's result."
	case quota.Name:
		return "What there is only so much of: stock, seats, a rate limit. Operations are `take` and `used`. No more may be given " +
			"out than the limit, nothing may be refused while there was room throughout, and what is used is what was given out."
	case doctors.Name:
		return "A rule over several rows, of which each client changes its own: of the doctors of a shift one must stay on call, " +
			"as of the owners of a group or of the admins of an account. Operations are `leave`, `return` and `status`. A leave must be " +
			"refused if no other is on call, and no status may show nobody."
	case jobs.Name:
		return "A queue whose jobs workers do: background jobs, mails, payments. Operations are `claim`, `process`, `finish`, " +
			"`crash`, and at the end `work` and `effects`. Each job's effect must be there when no job is left, and only once; a queue " +
			"may take a job from a worker that is late, but then it must refuse that one's finish."
	case lock.Name:
		return "A lock, and what it protects. Operations are `acquire`, `use` and `release`. What is protected must never be used by " +
			"one holder between two uses of another, whose grant is the same; where there are fencing tokens, they must rise."
	case session.Name:
		return "What each client must see of its own past, where a replica or a cache is in the path. Operations are `write` and " +
			"`read`. A client must read nothing older than what it has written or read before; what it sees of others is left open."
	case cache.Name:
		return "A cache and its source of truth. Operations are `write`, `read`, which goes through the cache, and at the end " +
			"`cached` and `stored`. No read may be older than a write that was acknowledged before it began, no client's reads " +
			"may go back, and when all has come to rest the cache must hold nothing or what the source holds."
	case wallet.ReportName:
		return "Accounts of a bank and the report over them. Operations are `transfer` and `read-all`. Every report must show " +
			"balances that there were at one moment, so that they add up."
	}
	return ""
}
