package targets

import (
	"github.com/lostupdate/stress/workloads/cache"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/register"
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
	case register.Name:
		return "A value that is replaced: a status, a setting, a document with a version. Operations are `read`, `write` and " +
			"`compare-and-set`. There must be one order of the operations, in keeping with time, that explains every answer."
	case wallet.Name:
		return "Accounts whose money must add up. Operations are `deposit`, `deduct`, `transfer`, `read` and `read-all`. No money " +
			"may be lost or made, no balance may fall below zero, and no snapshot may show money on its way."
	case unique.Name:
		return "What must come about once for each key: get-or-create, sign-up by address, an idempotency key. Operations are " +
			"`create`, `get` and `count`. At most one create of a key has an effect, and everybody who asks is given that one's result."
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
