//go:build tools

// Names what is built, so that it stays in go.mod.
package tools

import _ "github.com/summerwind/h2spec/cmd/h2spec"
