/** Tests of the classifiers. */
@NullMarked
package io.github.palimpsest.classifier;

import org.jspecify.annotations.NullMarked;
