package spec

import (
	"fmt"
	"net/url"
	"strings"
)

// address refuses the path of a request that could never be sent, whatever its values.
func (t Text) address() error {
	var b strings.Builder
	for _, p := range t.pieces {
		if b.WriteString(p.literal); p.source != "" {
			b.WriteString("0")
		}
	}
	path := b.String()
	if strings.Contains(path, "#") {
		return fmt.Errorf("a request has no #: what follows it is never sent")
	}
	if _, err := url.ParseRequestURI(path); err != nil {
		return fmt.Errorf("%q is no path of a request; %%25 stands for %%", path)
	}
	return nil
}
