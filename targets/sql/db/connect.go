package db

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

// errAt shows nothing of the DSN: what was taken for its host or database may be a part of the password.
var errAt = errors.New("the DSN's host or database has an @ in it, as when the password has a / or an @ that is not " +
	"percent-encoded: write special characters of the password as %XX")

// misread reports whether parts of a DSN which hold no password have the sign that ends one.
func misread(parts ...string) bool {
	return slices.ContainsFunc(parts, func(s string) bool { return strings.Contains(s, "@") })
}

// check connects once and asks for the version.
func check(ctx context.Context, d Dialect, dsn string) error {
	db, err := d.open(dsn)
	if err != nil {
		return err
	}
	if err = db.PingContext(ctx); err != nil {
		err = d.explain(db, err)
	} else {
		_, err = d.version(ctx, db.DB)
	}
	return errors.Join(err, db.close())
}

// explanation is an error of connecting told in one line. What the driver said can still be found by errors.As.
type explanation struct {
	text  string
	cause error
}

func (e *explanation) Error() string { return e.text }
func (e *explanation) Unwrap() error { return e.cause }

func explained(engine, address, what, advice string, cause error) error {
	return &explanation{text: fmt.Sprintf("%s at %s: %s; %s", engine, address, oneLine(what), advice), cause: cause}
}

// explainNetwork explains an error that the server did not send.
func explainNetwork(engine, address string, err error) error {
	var dns *net.DNSError
	var op *net.OpError
	var netErr net.Error
	switch {
	case errors.As(err, &dns):
		return explained(engine, address, "there is no host "+dns.Name, "correct the host in the DSN", err)
	case errors.Is(err, context.Canceled):
		return explained(engine, address, "connecting was cancelled", "try again", err)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netErr) && netErr.Timeout():
		return explained(engine, address, "no answer in time", "see whether the server runs and a firewall lets through", err)
	case errors.As(err, &op) && op.Op == "dial":
		return explained(engine, address, "nothing answers: "+op.Err.Error(),
			"start the server, or correct host and port in the DSN", err)
	case strings.Contains(err.Error(), "refused TLS") || strings.Contains(err.Error(), "does not support TLS"):
		return explained(engine, address, "the server does not speak TLS", "switch TLS off in the DSN", err)
	}
	return explained(engine, address, err.Error(), "see whether that is the right server and port", err)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
