package targets

import (
	"context"
	"fmt"
	"io"

	"github.com/lostupdate/stress/history/jepsen"
)

// Convert writes a recorded history as Jepsen's EDN, whichever format it is in; see [Check] for the model. A history of
// this program keeps its head, so that Check judges it as before.
func Convert(ctx context.Context, w io.Writer, path, model string) error {
	f, err := jepsen.Open(ctx, path)
	if err != nil {
		return unread(ctx, path, err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	var h *jepsen.History
	if f.Format() == jepsen.Other {
		h, err = ownAsJepsen(f, path, model)
	} else {
		h, err = f.Decode(model)
	}
	if err != nil {
		return unread(ctx, path, err)
	}
	return jepsen.Encode(w, h)
}

func ownAsJepsen(f *jepsen.File, path, model string) (*jepsen.History, error) {
	r, err := own(f, path, model)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // nothing was written
	b, _, err := bindingOf(r.Info(), path)
	if err != nil {
		return nil, err
	}
	if b.toJepsen == nil {
		return nil, fmt.Errorf("%s: %w: Jepsen has no data type like the %s", path, ErrWorkload, b.name)
	}
	return b.toJepsen(r)
}
