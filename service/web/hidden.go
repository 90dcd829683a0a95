package web

import "github.com/lostupdate/stress/service/spec"

// hidden is an error whose text had secrets in it.
type hidden struct {
	error

	text string
}

func (e hidden) Error() string { return e.text }
func (e hidden) Unwrap() error { return e.error }

// hide gives an error whose text shows none of a scope's secrets.
func hide(err error, scope spec.Scope) error {
	text := scope.Hide(err.Error())
	if text == err.Error() {
		return err
	}
	return hidden{err, text}
}
