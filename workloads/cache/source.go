package cache

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
)

func checkSource(ctx context.Context, h *history.History[Input, Output]) checkers.Verdict {
	return linear.Check(ctx, Source(), h)
}

// Source is the sequential specification of a key in the source, whose state is its version. Of what goes through the cache
// it says only that the source must have come so far.
func Source() linear.Model[int64, Input, Output] {
	return linear.Model[int64, Input, Output]{
		Init: func(uint64) int64 { return 0 },
		Step: func(version int64, in Input, out Output) (int64, bool) {
			switch in.Kind {
			case Write:
				return version + 1, out.Version == version+1
			case Stored:
				return version, out.Version == version
			default:
				return version, in.Kind == Cached && out.Nothing || 0 <= out.Version && out.Version <= version
			}
		},
		Effect: func(version int64, in Input) (int64, bool) {
			if in.Kind == Write {
				return version + 1, true
			}
			return version, true
		},
		Key:      func(in Input) (uint64, bool) { return uint64(in.Key), false },
		Pure:     func(in Input, _ Output) bool { return in.Kind != Write },
		Describe: describe,
		Object:   object,
		State:    func(version int64) string { return fmt.Sprintf("version %d in the source", version) },
	}
}
