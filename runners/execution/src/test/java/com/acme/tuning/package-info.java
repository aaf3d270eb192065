/** A program of somebody else that has this one inside: the code of runners/docs/embedding.md. */
@NullMarked
package com.acme.tuning;

import org.jspecify.annotations.NullMarked;
