package conn

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// Validate says in one line, without the password, what is wrong with a DSN. It connects to nothing.
func Validate(dsn string) error {
	_, err := parse(dsn)
	return err
}

// Check connects to the server of a DSN and leaves again. Its error says in one line what is wrong and what to do, and
// never shows the password.
func Check(ctx context.Context, dsn string) error {
	a, err := parse(dsn)
	if err != nil {
		return err
	}
	c, err := connect(ctx, a)
	if err != nil {
		return err
	}
	c.Close()
	return nil
}

// explanation is an error of connecting told in one line; what was told by the server can still be found.
type explanation struct {
	text  string
	cause error
}

func (e *explanation) Error() string { return e.text }
func (e *explanation) Unwrap() error { return e.cause }

// explain says what is wrong with a server that could not be connected to, and what to do.
func (a address) explain(ctx context.Context, err error) error {
	what, advice := a.diagnose(err)
	var slow net.Error
	if what == "" && (ctx.Err() != nil || errors.As(err, &slow) && slow.Timeout()) {
		what, advice = "no answer in time", "see that it runs and that nothing in between blocks it"
		if a.tls != nil {
			advice += "; if it does not speak TLS, write redis:// instead of rediss:// in the DSN"
		}
	}
	if what == "" {
		what, advice = err.Error(), "see that the DSN names the right server"
	}
	text := strings.Join(strings.Fields(fmt.Sprintf("Redis at %s: %s: %s", a.host, what, advice)), " ")
	if a.password != "" {
		text = strings.ReplaceAll(text, a.password, "***")
	}
	return &explanation{text: text, cause: err}
}

func (a address) diagnose(err error) (what, advice string) {
	if IsReply(err) {
		return diagnoseReply(err.Error())
	}
	var dns *net.DNSError
	var op *net.OpError
	var record tls.RecordHeaderError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		return "connecting was cancelled", "try again"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no such host", "correct the host in the DSN"
	case errors.As(err, &cert), errors.As(err, new(x509.UnknownAuthorityError)):
		return "its certificate is not trusted", "install its authority here, or add ?skip_verify=true to the DSN"
	case errors.As(err, &record):
		return "it does not speak TLS", "write redis:// instead of rediss:// in the DSN"
	case errors.As(err, &op) && op.Op == "dial" && !op.Timeout():
		return "nothing answers (" + op.Err.Error() + ")", "start the server, or correct host and port in the DSN"
	case errors.Is(err, io.EOF) && a.tls != nil:
		return "it closes the connection", "see that it speaks TLS; else write redis:// instead of rediss:// in the DSN"
	case errors.Is(err, io.EOF):
		return "it closes the connection", "see that it is a Redis server; if it wants TLS, write rediss:// in the DSN"
	}
	return "", ""
}

func diagnoseReply(reply string) (what, advice string) {
	has := func(s string) bool { return strings.Contains(reply, s) }
	switch {
	case has("NOAUTH"):
		return "it wants a password", "put it into the DSN: redis://:password@host:port"
	case has("WRONGPASS"), has("invalid password"), has("AUTH <password> called without any password"):
		return "it refuses the user or the password", "correct them in the DSN: redis://user:password@host:port"
	case has("NOPERM"):
		return "the user may not do that", "give it the permissions that tests need, on keys stress:*"
	case has("DB index"), has("invalid DB"):
		return "it has no such database", "choose one at the end of the DSN, mostly 0 to 15"
	case has("LOADING"):
		return "it is still loading its data", "try again in a moment"
	case has("max number of clients"):
		return "it has no connection left", "run fewer clients, or raise its maxclients"
	}
	return "", ""
}
