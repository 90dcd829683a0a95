package sqloutbox

import (
	"context"
	"slices"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/workloads/outbox"
)

// recipe is a strategy with the engines that it makes sense on.
type recipe struct {
	name, summary string
	engines       []string // none: all
	anomaly       string
	ops           int // see strategy.Of
	plan
}

// Strategies are the ways in which the engine can have events published, broken ones first.
func Strategies(d db.Dialect) []Strategy {
	var all []Strategy
	for _, r := range slices.Concat(broken(), correct()) {
		if len(r.engines) == 0 || slices.Contains(r.engines, d.Name()) {
			all = append(all, r.strategy(d))
		}
	}
	return all
}

func (r recipe) strategy(d db.Dialect) Strategy {
	s := Strategy{
		Name: r.name, Summary: r.summary, Ops: r.ops,
		New: func(dsn string, _ uint64) func(*outbox.Workload) harness.Target[outbox.Input, outbox.Output] {
			return func(w *outbox.Workload) harness.Target[outbox.Input, outbox.Output] {
				return newTarget(d, r.plan, dsn, w.Keys())
			}
		},
	}
	if r.anomaly != "" {
		s.Shows = map[string]string{outbox.Name: r.anomaly}
	}
	return s
}

// level is READ COMMITTED, at which MariaDB locks no more than the rows that it finds; on SQLite it means nothing.
const level = db.ReadCommitted

// How many events a relay takes at once: so many that it keeps up with the writers, or so few that there are some for others.
const (
	many = 20
	few  = 3
)

// horizon is the plan of a relay that goes by the numbers of transactions.
func horizon(lock func(context.Context, *session, write) error) plan {
	return plan{level: level, numbers: true, write: withEvent(lock), batch: many, publish: belowHorizon, left: aboveHorizon}
}

func broken() []recipe {
	servers := []string{"postgres", "mariadb"}
	return []recipe{
		{
			name: "publish-after-commit",
			summary: "Commits the change, and then sends the event to the broker: who dies in between has sent none, and of two " +
				"changes the later can be sent first.",
			anomaly: checkers.LostEvent, plan: plan{level: level, write: thenPublish, publish: noRelay},
		}, {
			name:    "publish-before-commit",
			summary: "Sends the event to the broker before the change is committed: what is then rolled back was sent all the same.",
			engines: servers, anomaly: checkers.PhantomUpdate,
			plan: plan{level: level, write: publishFirst, publish: noRelay},
		}, {
			name: "id-cursor",
			summary: "A relay reads the events with an id above the last one that it has published. Ids are given when a row is " +
				"inserted, and one that commits late is below the cursor by then.",
			engines: servers, anomaly: checkers.LostEvent, ops: 1000,
			plan: plan{level: level, write: withEvent(nil), batch: many, publish: fromPlace(byNumber, number)},
		}, {
			name: "timestamp-cursor",
			summary: "A relay reads the events that are newer than the last one that it has published. One that commits late is older " +
				"than the cursor by then.",
			engines: servers, anomaly: checkers.LostEvent,
			plan: plan{level: level, write: withEvent(nil), batch: many, publish: fromPlace(byTime, created)},
		}, {
			name: "skip-locked-relays",
			summary: "Several relays take events that are not marked, FOR UPDATE SKIP LOCKED: each passes over what another has, and " +
				"can publish a later event of a key first.",
			engines: servers, anomaly: checkers.OutOfOrder,
			plan: plan{level: level, write: withEvent(nil), batch: few, publish: markRows(skippingLocked)},
		}, {
			name: "xmin-horizon",
			summary: "Events hold the number of their transaction, and a relay reads those below pg_snapshot_xmin, by that number: none " +
				"is lost. But a transaction can have its number before it has the row that it waits for, so that of two that change one " +
				"key the later can have the lower.",
			engines: []string{"postgres"}, anomaly: checkers.OutOfOrder, ops: 1600, plan: horizon(nil),
		},
	}
}

func correct() []recipe {
	servers := []string{"postgres", "mariadb"}
	return []recipe{
		{
			name: "mark-rows",
			summary: "Relays take events that are not marked as published, FOR UPDATE and by id, and mark them in the same transaction: " +
				"a late one is found by its mark, and a second relay waits for the first. On SQLite one writes at a time anyway.",
			plan: plan{level: level, write: withEvent(nil), batch: few, publish: markRows(unmarked)},
		}, {
			name: "locked-insert",
			summary: "Who writes takes one lock before, a row's, which the end of the transaction releases: so ids commit in their " +
				"order, and a relay may read those above the last one.",
			engines: servers,
			plan:    plan{level: level, write: withEvent(lockAll), batch: many, publish: fromPlace(byNumber, number)},
		}, {
			name: "advisory-lock",
			summary: "Who writes takes one named lock before, pg_advisory_xact_lock, which the end of the transaction releases: so ids " +
				"commit in their order, and a relay may read those above the last one.",
			engines: []string{"postgres"},
			plan:    plan{level: level, write: withEvent(lockAllByName), batch: many, publish: fromPlace(byNumber, number)},
		}, {
			name: "xmin-horizon-key-lock",
			summary: "Events hold the number of their transaction, and a relay reads those below pg_snapshot_xmin, by that number. A " +
				"named lock for the key comes before all else, so that those who change it are numbered in their order.",
			engines: []string{"postgres"}, plan: horizon(lockKey),
		}, {
			name: "id-cursor",
			summary: "A relay reads the events with an id above the last one that it has published, which loses events elsewhere. " +
				"SQLite has one writer at a time, whose ids are in the order of commits.",
			engines: []string{"sqlite"},
			plan:    plan{write: withEvent(nil), batch: many, publish: fromPlace(byNumber, number)},
		},
	}
}
