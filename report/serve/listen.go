package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Listen begins to listen on an address. One without a host, as :8080, is that of the loopback: who wants others to reach the
// server writes the host out. It tells whether only this machine can.
func Listen(ctx context.Context, address string) (l net.Listener, loopback bool, err error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, false, err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err = new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, false, err
	}
	tcp, ok := l.Addr().(*net.TCPAddr)
	return l, ok && tcp.IP.IsLoopback(), nil
}

// How long a browser may take, so that one which hangs holds nothing for ever. Writing has no limit: a history may be long.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	lastAnswers   = 2 * time.Second // what is under way when the server ends
)

// Run serves until the context is done, and then lets what is under way end, for a moment.
func Run(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		BaseContext: func(net.Listener) context.Context { return ctx }, // a check ends with the server
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	var failed error
	select {
	case failed = <-ended:
	case <-ctx.Done():
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswers)
		defer cancel()
		if server.Shutdown(last) != nil {
			failed = server.Close()
		}
		if err := <-ended; failed == nil {
			failed = err
		}
	}
	if failed != nil && !errors.Is(failed, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", failed)
	}
	return nil
}
