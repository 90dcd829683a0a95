package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
)

func TestClientsKeepTheirConnections(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { value(w, 1) })
	w := ready(t, s.URL, "")
	before := s.conns.Load()
	a, b := client(t, w, 0), client(t, w, 1)
	for range 100 {
		for _, c := range []harness.Client[in, out]{a, b} {
			_, err := c.Do(t.Context(), add)
			require.NoError(t, err)
			_, err = c.Do(t.Context(), read)
			require.NoError(t, err)
		}
	}
	require.Equal(t, before+2, s.conns.Load(), "each has one")
	require.EqualValues(t, 400, s.requests.Load())
}

func TestConnectionClose(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close"); value(w, 1) })
	w := ready(t, s.URL, "")
	before := s.conns.Load()
	c := client(t, w, 0)
	for range 5 {
		_, err := c.Do(t.Context(), add)
		require.NoError(t, err)
	}
	require.Equal(t, before+5, s.conns.Load())
}

// TestProtocols holds that a service is asked in the protocol that the file says.
func TestProtocols(t *testing.T) {
	withTLS := func(h2 bool) func(*httptest.Server) {
		return func(s *httptest.Server) { s.EnableHTTP2 = h2; s.StartTLS() }
	}
	plain := func(s *httptest.Server) {
		s.Config.Protocols = &http.Protocols{}
		s.Config.Protocols.SetHTTP1(true)
		s.Config.Protocols.SetUnencryptedHTTP2(true)
		s.Start()
	}
	for name, c := range map[string]struct {
		start       func(*httptest.Server)
		more, proto string
	}{
		"HTTP/1.1":          {plain, "", "HTTP/1.1"},
		"HTTP/1.1 over TLS": {withTLS(true), "tls: {ca: %s}\n", "HTTP/1.1"},
		"HTTP/2":            {withTLS(true), "protocol: http/2\ntls: {ca: %s}\n", "HTTP/2.0"},
		"HTTP/2 without TLS": {plain, "protocol: h2c\n",
			"HTTP/2.0"},
		"HTTP/1.1, untrusted": {withTLS(false), "tls: {insecure: true}\n", "HTTP/1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Proto", r.Proto)
				if r.Proto != c.proto {
					w.WriteHeader(http.StatusTeapot)
					return
				}
				value(w, 1)
			}, c.start)
			w := ready(t, s.URL, withFile(t, c.more, s))
			before := s.conns.Load()
			cl := client(t, w, 0)
			for range 20 {
				_, err := cl.Do(t.Context(), add)
				require.NoError(t, err)
			}
			require.Equal(t, before+1, s.conns.Load())
			require.EqualValues(t, 20, s.requests.Load())
		})
	}
}

// withFile puts the name of a file with a server's certificate into a text.
func withFile(t *testing.T, text string, s *server) string {
	t.Helper()
	if s.Certificate() == nil {
		return text
	}
	path := filepath.Join(t.TempDir(), "ca.pem")
	writePEM(t, path, "CERTIFICATE", s.Certificate().Raw)
	return strings.ReplaceAll(text, "%s", path)
}

func writePEM(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

// TestConnectionsThatCannotComeAbout holds that they are not waited for, and that the error says what to do.
func TestConnectionsThatCannotComeAbout(t *testing.T) {
	secure := serve(t, func(w http.ResponseWriter, _ *http.Request) { value(w, 1) }, (*httptest.Server).StartTLS)
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { value(w, 1) })
	picky := serve(t, func(w http.ResponseWriter, _ *http.Request) { value(w, 1) }, func(s *httptest.Server) {
		s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}
		s.StartTLS()
	})
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, c := range map[string]struct{ url, more, want string }{
		"unknown authority": {secure.URL, "", "; say with tls.ca in which file its authority is, or tls.insecure: true"},
		"no TLS":            {"https" + plain.URL[len("http"):], "", "; it speaks no TLS: say http:// in url"},
		"no HTTP/2":         {secure.URL, "protocol: http/2\ntls: {ca: %s}\n", "no application protocol"},
		"h2c over TLS": {secure.URL, "protocol: h2c\n",
			"protocol h2c is HTTP/2 without TLS: say protocol: http/2, or an address with http://"},
		"HTTP/2 plainly": {plain.URL, "protocol: http/2\n",
			"protocol http/2 is that with TLS: say protocol: h2c, or an address with https://"},
		"no certificate": {picky.URL, "tls: {insecure: true}\n", "it may ask for a certificate: say tls.cert and tls.key"},
		"nobody": {gone.URL, "", "nothing listens at " + gone.URL + " (dial tcp " + gone.Listener.Addr().String() +
			": connect: connection refused): is the service running? start it, or say under start how"},
		"no address": {"127.0.0.1:3000", "", "f.yaml: url: it is no address such as http://127.0.0.1:3000"},
		"a password": {"http://me:hush@127.0.0.1", "",
			"f.yaml: url: it must have no query, fragment or password: say those with requests and headers"},
		"no file": {secure.URL, "tls: {ca: /nowhere.pem}\n",
			"f.yaml: reading tls.ca: open /nowhere.pem: no such file or directory"},
		"TLS for nothing": {plain.URL, "tls: {insecure: true}\n", "f.yaml: url: tls does nothing where the address has http://"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("WEB_ADDRESS", c.url) // of one that is in the file, more is known before
			w := target(describe(t, "${env.WEB_ADDRESS}", withFile(t, c.more, secure)), nil)
			err := w.Setup(t.Context())
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "hush")
			require.NoError(t, w.Close(t.Context()), "there is nothing to remove")
		})
	}
	require.Zero(t, secure.requests.Load()+plain.requests.Load()+picky.requests.Load())
}

// TestClientCertificates holds that the service sees the client's certificate.
func TestClientCertificates(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	form := &x509.Certificate{SerialNumber: big.NewInt(42), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	require.NoError(t, err)
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	writePEM(t, filepath.Join(dir, "cert.pem"), "CERTIFICATE", cert)
	writePEM(t, filepath.Join(dir, "key.pem"), "EC PRIVATE KEY", der)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		value(w, r.TLS.PeerCertificates[0].SerialNumber.Int64())
	}, func(s *httptest.Server) {
		s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
		s.StartTLS()
	})
	w := ready(t, s.URL, "tls: {insecure: true, cert: "+dir+"/cert.pem, key: "+dir+"/key.pem}\n")
	o, err := client(t, w, 0).Do(t.Context(), read)
	require.NoError(t, err)
	require.EqualValues(t, 42, o.Value)
}
