package web

import (
	"context"
	"fmt"
	"maps"
	"net"

	"github.com/lostupdate/stress/service/spec"
)

// Health gives a function that succeeds when a service is well, and the address that it asks: by the request under health, or, if
// there is none, as soon as the service takes a connection.
func Health(s *spec.Service, cfg Config) (health func(ctx context.Context) error, address string, err error) {
	if err := s.Complete(); err != nil {
		return nil, "", err
	}
	t := &Target[struct{}, struct{}]{cfg: cfg, scope: Scope(cfg)}
	if address, err = s.Address.String(t.scope); err != nil {
		return nil, "", fmt.Errorf("%s: url: %w", s.Path, err)
	}
	if t.base, err = base(s, address); err != nil {
		return nil, "", fmt.Errorf("%s: url: %w", s.Path, err)
	}
	if t.transport, err = transport(s, t.dial); err != nil {
		return nil, "", fmt.Errorf("%s: %w", s.Path, err)
	}
	if s.HealthCall == nil {
		return func(ctx context.Context) error {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", hostPort(t.base.Host, t.base.Scheme))
			if err != nil {
				return err
			}
			return conn.Close()
		}, address, nil
	}
	return t.well, address, nil
}

// well asks a service once how it is.
func (t *Target[I, O]) well(ctx context.Context) error {
	l := t.link(maps.Clone(t.scope))
	defer l.close()
	if err := l.dial(ctx); err != nil {
		return err
	}
	return l.must(ctx, t.cfg.Service.HealthCall)
}
