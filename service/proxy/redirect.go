package proxy

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// ErrAddress marks an address that is none, or before which no proxy can stand.
var ErrAddress = errors.New("the address can't be used")

// Redirect puts the host:port of a proxy, to, in the place of that of a dependency, as it is in an environment variable such
// as DATABASE_URL, and gives the upstream, the host:port that was there. All else stays as it is, byte for byte. It takes
//
//   - URLs: postgres://user:pw@db:5432/app, redis://[::1]/0; the port may be left out of those whose scheme has one that all
//     agree on: postgres, postgresql, mysql, mariadb, redis, valkey, mongodb, amqp, nats
//   - host:port
//   - the notation of github.com/go-sql-driver/mysql: user:pw@tcp(db:3306)/app
//
// An error wraps [ErrAddress] and says what to write instead; it never has a part of the address, which may be the password.
// More than one host is an error, and so is TLS where the client compares the certificate with the host that it connects to,
// which would be the proxy's.
func Redirect(dsn, to string) (upstream, rewritten string, err error) {
	if _, err := hostPort(to, ""); err != nil {
		return "", "", fmt.Errorf("where the proxy listens: %w", err)
	}
	at, port, err := locate(dsn)
	if err != nil {
		return "", "", err
	}
	if upstream, err = hostPort(dsn[at.from:at.to], port); err != nil {
		return "", "", err
	}
	if err := checkOptions(dsn[at.to:]); err != nil {
		return "", "", err
	}
	return upstream, dsn[:at.from] + to + dsn[at.to:], nil
}

// span is a part of a text.
type span struct{ from, to int }

// locate finds the host and port in any of the notations, and the port that stands for none.
func locate(dsn string) (at span, port string, err error) {
	if scheme, _, ok := strings.Cut(dsn, "://"); ok {
		if port, err = portOf(strings.ToLower(scheme)); err != nil {
			return span{}, "", err
		}
		at.from = len(scheme) + len("://")
		at.to = len(dsn)
		if n := strings.IndexAny(dsn[at.from:], "/?#"); n >= 0 {
			at.to = at.from + n
		}
		// A password may have an @ in it, a host may not.
		at.from += strings.LastIndexByte(dsn[at.from:at.to], '@') + 1
		return at, port, nil
	}
	const network = "tcp("
	if n := strings.LastIndex(dsn, "@"+network); n >= 0 {
		at.from = n + len("@"+network)
	} else if strings.HasPrefix(dsn, network) {
		at.from = len(network)
	}
	if at.from > 0 {
		n := strings.IndexByte(dsn[at.from:], ')')
		if n < 0 {
			return span{}, "", fmt.Errorf("%w: after tcp( the ) is missing", ErrAddress)
		}
		return span{at.from, at.from + n}, "3306", nil
	}
	if strings.ContainsAny(dsn, "@=/ ()") {
		return span{}, "", fmt.Errorf("%w: it is neither a URL, such as postgres://user:password@host:5432/name, nor host:port",
			ErrAddress)
	}
	return span{0, len(dsn)}, "", nil
}

// portOf gives the port of a scheme, "" if it must be written.
func portOf(scheme string) (string, error) {
	switch scheme {
	case "postgres", "postgresql":
		return "5432", nil
	case "mysql", "mariadb":
		return "3306", nil
	case "redis", "valkey":
		return "6379", nil
	case "mongodb":
		return "27017", nil
	case "amqp":
		return "5672", nil
	case "nats":
		return "4222", nil
	case "rediss", "valkeys", "amqps", "https", "tls", "mysqls":
		return "", fmt.Errorf("%w: %s:// is TLS%s", ErrAddress, scheme, comparesNames)
	case "mongodb+srv":
		return "", fmt.Errorf("%w: the hosts of %s:// are in DNS; write the one to test against as mongodb://host:port",
			ErrAddress, scheme)
	case "unix", "redis+socket", "file", "sqlite", "sqlite3":
		return "", fmt.Errorf("%w: %s:// is a file or a socket of this machine; use the server's TCP address", ErrAddress, scheme)
	}
	return "", nil
}

// comparesNames goes on after what says that TLS is used.
const comparesNames = ", and the client compares the host that it connects to, which would be the proxy, with the certificate. " +
	"Test against a dependency without TLS, or have the service encrypt without comparing names (PostgreSQL: sslmode=require)"

// checkOptions looks at what follows the host: there too, names of hosts may be given, or TLS be asked for.
func checkOptions(rest string) error {
	_, query, _ := strings.Cut(rest, "?")
	query, _, _ = strings.Cut(query, "#")
	// What can't be read of it is for the driver to say.
	options, _ := url.ParseQuery(query)
	for key, values := range options {
		for _, value := range values {
			switch option := strings.ToLower(key + "=" + value); {
			case strings.HasPrefix(option, "host="), strings.HasPrefix(option, "hostaddr="), strings.HasPrefix(option, "port="):
				return fmt.Errorf("%w: its option %s names the host or the port again; write both before the path alone",
					ErrAddress, strings.ToLower(key))
			case comparing(option):
				return fmt.Errorf("%w: its option %s is TLS%s", ErrAddress, option, comparesNames)
			}
		}
	}
	return nil
}

// comparing says of an option, in small letters, that it asks for TLS with a comparison of names.
func comparing(option string) bool {
	switch option {
	case "sslmode=verify-full", "sslmode=verify_identity", "ssl-mode=verify_identity", "tls=true", "ssl=true", "tls=1":
		return true
	}
	return false
}

// hostPort completes one host, with a port or without.
func hostPort(text, port string) (string, error) {
	if strings.Contains(text, ",") {
		return "", fmt.Errorf("%w: it has several hosts; write the one to test against", ErrAddress)
	}
	// A host alone, or one in brackets, as an IPv6 address needs them.
	if port != "" && (!strings.Contains(text, ":") || strings.HasSuffix(text, "]")) {
		text += ":" + port
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil || strings.ContainsAny(host, "@/()") {
		return "", fmt.Errorf("%w: write it with one host and its port, as host:port, or [address]:port for IPv6", ErrAddress)
	}
	if host == "" {
		return "", fmt.Errorf("%w: it has no host; write the one where the server listens", ErrAddress)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("%w: what follows the host is no port from 1 to 65535 (a / ? or # of a password is written %%2F"+
			" %%3F %%23)", ErrAddress)
	}
	return net.JoinHostPort(host, port), nil
}
