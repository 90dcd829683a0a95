// Package redissteps gives code that uses go-redis its steps, with no change to that code: only its client gets a hook.
//
//	client.AddHook(redissteps.Hook{})
package redissteps

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/lostupdate/stress/harness"
)

// Hook makes each command one [harness.Step], named by the command and its first key, such as "get wallet:7", and each
// pipeline or transaction one that is named by its commands, such as "pipeline: get, set". Names hold nothing else of
// the arguments. What sets a connection up or checks it, such as AUTH and PING, is no step; nor is connecting. A command
// finds its step through the context that it is given. Outside of the harness, everything is as without the hook.
type Hook struct{}

var _ redis.Hook = Hook{}

// DialHook changes nothing.
func (Hook) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook makes a step of a command. If it may not be taken, nothing is sent, and the command's error says why.
func (Hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, c redis.Cmder) error {
		if administers(c.Name()) {
			return next(ctx, c)
		}
		return step(ctx, nameOf(c), func(ctx context.Context) error { return next(ctx, c) })
	}
}

// ProcessPipelineHook makes a step of a pipeline. If it may not be taken, nothing is sent, and the error of each command
// says why.
func (Hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, all []redis.Cmder) error {
		if administerAll(all) {
			return next(ctx, all)
		}
		taken := false
		err := step(ctx, nameOfAll(all), func(ctx context.Context) error {
			taken = true
			return next(ctx, all)
		})
		if !taken {
			// The client itself would do this only for a single command.
			for _, c := range all {
				c.SetErr(err)
			}
		}
		return err
	}
}

func step(ctx context.Context, name string, do func(context.Context) error) error {
	_, err := harness.Step(ctx, name, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) })
	return err
}
