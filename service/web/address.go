package web

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"

	"github.com/lostupdate/stress/service/spec"
)

// parseBase reads the address of a service. Errors do not show it, since it may hold a password.
func parseBase(address, protocol string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("it is no address such as http://127.0.0.1:3000")
	}
	if u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("it must have no query, fragment or password: say those with requests and headers")
	}
	switch {
	case protocol == "h2c" && u.Scheme != "http":
		return nil, errors.New("protocol h2c is HTTP/2 without TLS: say protocol: http/2, or an address with http://")
	case protocol == "http/2" && u.Scheme != "https":
		return nil, errors.New("protocol http/2 is that with TLS: say protocol: h2c, or an address with https://")
	}
	return u, nil
}

// base reads the address of a service as its templates have made it.
func base(s *spec.Service, address string) (*url.URL, error) {
	u, err := parseBase(address, s.Protocol)
	if err == nil && u.Scheme == "http" && s.TLS != (spec.TLS{}) {
		return nil, errors.New("tls does nothing where the address has http://: leave it out, or give an address with https://")
	}
	return u, err
}

// Usable says what is wrong with an address at which a service is to be asked in the place of its file's; nil if nothing is.
func Usable(s *spec.Service, address string) error {
	_, err := base(s, address)
	return err
}

// address gives that of a request: what stands under request follows the path of the service's address, as it is.
func address(base *url.URL, target string) (*url.URL, error) {
	u, err := url.ParseRequestURI(strings.TrimSuffix(base.EscapedPath(), "/") + target)
	if err != nil {
		return nil, err
	}
	u.Scheme, u.Host = base.Scheme, base.Host
	return u, nil
}

// errHopeless is that of a connection that no waiting brings about.
var errHopeless = errors.New("no connection can come about")

// hopeless is an error that waiting does not mend, with what does.
type hopeless struct {
	error
	hint string
}

func (e hopeless) Error() string        { return e.error.Error() + "; " + e.hint }
func (e hopeless) Unwrap() error        { return e.error }
func (e hopeless) Is(target error) bool { return target == errHopeless }

// secured tells of an error in connecting what to do about it, if it is one of TLS.
func secured(err error) error {
	var (
		plain     tls.RecordHeaderError
		alert     tls.AlertError
		untrusted x509.UnknownAuthorityError
		wrong     *tls.CertificateVerificationError
	)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &untrusted):
		return hopeless{err, "say with tls.ca in which file its authority is, or tls.insecure: true"}
	case errors.As(err, &wrong):
		return hopeless{err, "mend the certificate or the url, or say tls.insecure: true"}
	case errors.As(err, &plain):
		return hopeless{err, "it speaks no TLS: say http:// in url"}
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: handshake failure"): // not all alerts have the type
		return hopeless{err, "it may ask for a certificate: say tls.cert and tls.key"}
	}
	return err
}

// unreached says of a service that can't be connected to what to do.
func unreached(base *url.URL, err error) error {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("nothing listens at %s (%w): is the service running? start it, or say under start how", shownHost(base),
			err)
	}
	return fmt.Errorf("connecting to %s: %w", shownHost(base), err)
}

// shownHost is an address without its path, which may have been made of what is secret.
func shownHost(base *url.URL) string { return base.Scheme + "://" + base.Host }

// Local reports whether the address of a service is one of this machine alone.
func Local(cfg Config) bool {
	address, err := cfg.Service.Address.String(Scope(cfg))
	if err != nil {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && local(u)
}

func local(base *url.URL) bool {
	host := base.Hostname()
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}
