package rules

import (
	"errors"
	"fmt"
	"strings"
)

// doubt says why it is not proved that the rule is violated, although it held for no choice that was tried.
func (c *check) doubt(w *world, err error) error {
	torn := c.rule.torn(w.scope, c.sheet.all.whole)
	unseen, kinds := c.rule.unseen(c.sheet)
	switch {
	case c.run.stop != nil:
		return c.run.stop
	case err != nil:
		return err
	case !w.full:
		return fmt.Errorf("%s of unknown outcome leave more choices than could be tried, %s, and it holds for none of those",
			operations(w.count()), number(len(w.states)))
	case torn > 0:
		return fmt.Errorf("it does not hold, but %s of unknown outcome may have taken effect between two of the final reads",
			operations(torn))
	case unseen > 0:
		return c.lang.unseen(unseen, kinds)
	}
	return nil
}

// choose keeps that a rule holds by a choice alone, and says whether that proves anything.
func (c *check) choose(w *world, of subject) (bool, error) {
	free, known := w.count(), w.known()
	choice := fmt.Sprintf("it holds for one choice of what became of %s of unknown outcome, beside %s that are known",
		operations(free), number(known))
	if free > fewUnknown && free > known {
		return false, errors.New(choice + ", and so wide a choice proves nothing: see that fewer are unknown, as by a longer timeout")
	}
	if c.chosen++; c.chosen == 1 {
		c.choice = c.place(of) + choice
	}
	return true, nil
}

// unseen says that a rule for each object leaves out what may have changed several.
func (l *language) unseen(n int, kinds []*Kind) error {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return fmt.Errorf("it does not hold, but %s (%s) may have changed the %s too, and the rule does not speak of them: let it "+
		"count those of filter(accepted.%s, …) that are for this key, or leave out each", operations(n), strings.Join(names, ", "),
		l.noun(), Identifier(names[0]))
}
