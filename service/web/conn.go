package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lostupdate/stress/service/spec"
)

// writeBuffer holds a request as a whole, so that it goes out at once.
const writeBuffer = 64 << 10

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// transport makes connections, one for each client. It keeps none, since a transport that does sends a request again if a
// connection that it kept turns out to be dead, and tells nobody.
func transport(s *spec.Service, dial dialer) (*http.Transport, error) {
	config, err := tlsConfig(s.TLS, s.Dir)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		DialContext: dial, TLSClientConfig: config, WriteBufferSize: writeBuffer, Protocols: protocols(s.Protocol),
		DisableCompression: true, TLSHandshakeTimeout: 10 * time.Second,
	}
	return t, nil
}

func protocols(name string) *http.Protocols {
	p := &http.Protocols{}
	switch name {
	case "http/2":
		p.SetHTTP2(true)
	case "h2c":
		p.SetUnencryptedHTTP2(true)
	default:
		p.SetHTTP1(true)
	}
	return p
}

func tlsConfig(t spec.TLS, dir string) (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: t.Insecure, MinVersion: tls.VersionTLS12} //nolint:gosec // the user asked for it
	at := func(name string) string {
		if filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(dir, name)
	}
	if t.CA != "" {
		pem, err := os.ReadFile(at(t.CA))
		if err != nil {
			return nil, fmt.Errorf("reading tls.ca: %w", err)
		}
		if config.RootCAs = x509.NewCertPool(); !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls.ca: %s has no certificate in PEM", t.CA)
		}
	}
	if t.Cert == "" && t.Key == "" {
		return config, nil
	}
	if t.Cert == "" || t.Key == "" {
		return nil, errors.New("tls.cert and tls.key go together")
	}
	cert, err := tls.LoadX509KeyPair(at(t.Cert), at(t.Key))
	if err != nil {
		return nil, fmt.Errorf("reading tls.cert and tls.key: %w", err)
	}
	config.Certificates = []tls.Certificate{cert}
	return config, nil
}

// hostPort gives the host of an address with its port, by its scheme if it names none.
func hostPort(host, scheme string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	host = strings.Trim(host, "[]") // of an address of IPv6
	if scheme == "https" {
		return net.JoinHostPort(host, "443")
	}
	return net.JoinHostPort(host, "80")
}
