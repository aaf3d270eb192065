/** What a user can do after a failure: {@link io.github.palimpsest.cli.next.NextCommand}. */
@NullMarked
package io.github.palimpsest.cli.next;

import org.jspecify.annotations.NullMarked;
