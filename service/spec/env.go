package spec

import (
	"os"
	"regexp"
)

// variableForm is a variable of the environment in a template.
var variableForm = regexp.MustCompile(`\$\{[^}]*?\benv\.([A-Za-z_][A-Za-z0-9_]*)`)

// Environment is the scope with those variables of the environment that the file names, under env. No others are handed on.
func (s *Service) Environment() Scope {
	env := map[string]string{}
	for _, name := range s.variables() {
		env[name] = os.Getenv(name)
	}
	return Scope{"env": env}
}

// Missing is a variable of the environment that the file names and that is not set, or "".
func (s *Service) Missing() string {
	for _, name := range s.variables() {
		if _, set := os.LookupEnv(name); !set {
			return name
		}
	}
	return ""
}

func (s *Service) variables() []string {
	var names []string
	for _, m := range variableForm.FindAllSubmatch(s.Source, -1) {
		names = append(names, string(m[1]))
	}
	return names
}
