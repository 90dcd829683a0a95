package metrics

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// ErrAddress marks an address that is none.
var ErrAddress = errors.New("not an address")

// ErrInUse marks an address that can't be listened on.
var ErrInUse = errors.New("the address can't be listened on")

// loopback is where to listen if nothing else is said.
const loopback = "127.0.0.1"

// closing is how long those who read when a server closes have to get what they asked for.
const closing = time.Second

// Server hands metrics to who asks.
type Server struct {
	listener net.Listener
	http     *http.Server
	done     chan struct{}
}

// Address completes an address: "9464" and ":9464" are ports of 127.0.0.1, and 0 is one that is free. Any other host must be
// written out. An error wraps [ErrAddress].
func Address(text string) (string, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		if strings.Contains(text, ":") {
			return "", fmt.Errorf("%w: %w", ErrAddress, err)
		}
		host, port = "", text
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("%w: the port is %q, and must be a number from 0 to 65535", ErrAddress, port)
	}
	if host == "" {
		host = loopback
	}
	return net.JoinHostPort(host, port), nil
}

// Listen takes an address, which is completed as by [Address]. Nothing is answered before [Server.Serve]. An error wraps
// [ErrAddress] or [ErrInUse].
func Listen(ctx context.Context, address string) (*Server, error) {
	address, err := Address(address)
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInUse, err)
	}
	return &Server{listener: l}, nil
}

// URL is where the metrics are.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() + "/metrics" }

// Loopback says that nobody but this machine can reach the server.
func (s *Server) Loopback() bool {
	a, ok := s.listener.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// Serve answers from now on, in a goroutine of its own, until Close.
func (s *Server) Serve(c prometheus.Collector) error {
	registry := prometheus.NewRegistry()
	if err := registry.Register(c); err != nil {
		return fmt.Errorf("registering the metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	s.http = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		_ = s.http.Serve(s.listener) // it ends by Close, or else a scrape shows that it is gone
	}()
	return nil
}

// Close gives the address back. Who reads at this moment gets what he asked for, unless that takes more than a second.
func (s *Server) Close() error {
	if s.http == nil {
		return s.listener.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.done
	return err
}
