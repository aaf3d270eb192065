package io.github.palimpsest.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * This type may change or disappear in any version; the change log lists it. A plugin may use it
 * and should state a narrow {@code Palimpsest-Api} range (SPI-06).
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Stable(since = "0.1")
public @interface Experimental {
  /** The first version that has the type. */
  String since();
}
