package spec

import "fmt"

// error says where in the file it is that an answer does not have, and shows the answer. Of one with a secret it shows only what
// its members are called.
func (k Keep) error(err error, scope Scope) error {
	text, body := err.Error(), scope["body"]
	if k.secret {
		text, body = redacted(text, scope), outline(body)
	}
	return fmt.Errorf("%s: status %v, but %s%s", k.at, scope["status"], scope.Hide(text), Excerpt(body, scope))
}

// ellipsis stands for what is not shown.
const ellipsis = "…"

// outline is a value of JSON without anything but the names in it.
func outline(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		all := make(map[string]any, len(v))
		for name := range v {
			all[name] = outline(v[name])
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = outline(v[i])
		}
		return all
	}
	return ellipsis
}

// redacted is what the library says of an expression without the values that it may repeat.
func redacted(text string, scope Scope) string {
	all := newForms()
	for _, v := range leaves(scope["body"], nil) {
		all.add(v, ellipsis, false)
	}
	headers, _ := scope["headers"].(map[string]string)
	for _, v := range headers {
		all.add(v, ellipsis, false)
	}
	return replace(text, []*forms{all})
}

// leaves are the texts and numbers in a value of JSON.
func leaves(v any, to []string) []string {
	switch v := v.(type) {
	case nil, bool:
		return to
	case map[string]any:
		for _, member := range v {
			to = leaves(member, to)
		}
		return to
	case []any:
		for _, item := range v {
			to = leaves(item, to)
		}
		return to
	}
	return append(to, plain(v))
}
