/** What a release consists of: {@code api/decisions/0070}. */
@NullMarked
package io.github.palimpsest.api.release;

import org.jspecify.annotations.NullMarked;
