@NullMarked
package io.github.palimpsest.cli.submit;

import org.jspecify.annotations.NullMarked;
