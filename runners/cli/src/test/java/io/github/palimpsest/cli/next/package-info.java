/** Tests of what is offered after a failure. */
@NullMarked
package io.github.palimpsest.cli.next;

import org.jspecify.annotations.NullMarked;
