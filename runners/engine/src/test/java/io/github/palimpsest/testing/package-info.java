/** What the tests of several modules share: golden vectors and small models with known answers. */
@NullMarked
package io.github.palimpsest.testing;

import org.jspecify.annotations.NullMarked;
