package linear

import (
	"reflect"

	"github.com/lostupdate/stress/history"
)

// alike compares operations. Where values cannot be compared all are different, which spares the search less and is
// right.
type alike[I, O any] struct {
	on       bool
	never    [2]bool // inputs, outputs: values are never comparable
	doubtful bool    // or perhaps not, for an interface inside
}

func newAlike[I, O any](on bool) alike[I, O] {
	a := alike[I, O]{on: on}
	for n, t := range [...]reflect.Type{reflect.TypeFor[I](), reflect.TypeFor[O]()} {
		never, perhaps := incomparable(t)
		a.never[n], a.doubtful = never, a.doubtful || perhaps
	}
	return a
}

// comparable says whether an operation may be given to inputs or, if whole, to both.
func (a *alike[I, O]) comparable(op *history.Op[I, O], whole bool) bool {
	switch {
	case !a.on || a.never[0] || whole && a.never[1]:
		return false
	case !a.doubtful:
		return true
	default:
		return reflect.ValueOf(&op.Input).Elem().Comparable() && (!whole || reflect.ValueOf(&op.Output).Elem().Comparable())
	}
}

// inputs says whether two operations have equal inputs.
func (*alike[I, O]) inputs(x, y *history.Op[I, O]) bool { return any(x.Input) == any(y.Input) }

// both says whether two operations have equal inputs and equal outputs.
func (a *alike[I, O]) both(x, y *history.Op[I, O]) bool {
	return a.inputs(x, y) && any(x.Output) == any(y.Output)
}

// incomparable says whether == on values of the type always panics, and whether it may because of an interface inside.
func incomparable(t reflect.Type) (never, perhaps bool) {
	switch t.Kind() {
	case reflect.Interface:
		return false, true
	case reflect.Array:
		return incomparable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			n, p := incomparable(t.Field(i).Type)
			never, perhaps = never || n, perhaps || p
		}
		return never, perhaps
	default:
		return !t.Comparable(), false
	}
}
