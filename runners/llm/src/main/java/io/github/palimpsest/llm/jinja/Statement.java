package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a template that prints text or sets names. */
interface Statement {
  /** What follows a statement. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  Flow run(Frame frame);

  /**
   * Statements in order.
   *
   * @param lines the line of each, for messages
   */
  record Block(String template, List<Statement> statements, List<Integer> lines)
      implements Statement {
    @Override
    public Flow run(Frame frame) {
      for (int i = 0; i < statements.size(); i++) {
        Flow flow;
        try {
          frame.budget().enter();
          flow = statements.get(i).run(frame);
          frame.budget().leave();
        } catch (TemplateException e) {
          throw e.at(template, lines.get(i));
        }
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    }
  }

  record Text(String text) implements Statement {
    @Override
    public Flow run(Frame frame) {
      frame.output().add(text, frame.budget());
      return Flow.NEXT;
    }
  }

  record Print(Expression of) implements Statement {
    @Override
    public Flow run(Frame frame) {
      frame.print(frame.value(of));
      return Flow.NEXT;
    }
  }

  record If(List<Expression> conditions, List<Statement> blocks, @Nullable Statement otherwise)
      implements Statement {
    @Override
    public Flow run(Frame frame) {
      for (int i = 0; i < conditions.size(); i++) {
        if (Values.isTrue(frame.value(conditions.get(i)))) {
          return blocks.get(i).run(frame);
        }
      }
      return otherwise == null ? Flow.NEXT : otherwise.run(frame);
    }
  }

  /** Names that get the value, or the parts of the value, or a name within a namespace. */
  record Target(List<String> names, boolean single, @Nullable String attribute) {
    void set(Frame frame, Object value) {
      if (attribute != null) {
        if (!(frame.get(names.get(0)) instanceof Namespace namespace)) {
          throw new TemplateException("'" + names.get(0) + "' is not a namespace");
        }
        namespace.set(attribute, value);
      } else if (single) {
        frame.set(names.get(0), value);
      } else {
        List<Object> parts = Values.items(value, frame.budget());
        if (parts.size() != names.size()) {
          throw new TemplateException(
              "a value with " + parts.size() + " parts is set to " + names.size() + " names");
        }
        for (int i = 0; i < parts.size(); i++) {
          frame.set(names.get(i), parts.get(i));
        }
      }
    }
  }

  record For(
      Target target,
      Expression of,
      @Nullable Expression condition,
      Statement body,
      @Nullable Statement otherwise,
      boolean recursive)
      implements Statement {
    @Override
    public Flow run(Frame frame) {
      loop(frame, frame.value(of), 0);
      return Flow.NEXT;
    }

    private void loop(Frame frame, Object value, int depth) {
      List<Object> items = new ArrayList<>();
      for (Object item : Values.items(value, frame.budget())) {
        if (condition == null) {
          items.add(item);
        } else {
          Frame tested = frame.inner();
          target.set(tested, item);
          if (Values.isTrue(tested.value(condition))) {
            items.add(item);
          }
        }
      }
      Loop loop = new Loop(items, depth, recursive ? a -> again(frame, a, depth + 1) : null);
      for (int i = 0; i < items.size(); i++) {
        loop.at(i);
        Frame inner = frame.inner();
        inner.set("loop", loop);
        target.set(inner, items.get(i));
        if (body.run(inner) == Flow.BREAK) {
          break;
        }
      }
      if (items.isEmpty() && otherwise != null) {
        otherwise.run(frame.inner());
      }
    }

    private Object again(Frame frame, Arguments arguments, int depth) {
      Frame inner = frame.inner(new Output());
      frame.budget().enter();
      loop(inner, arguments.one("loop", "items"), depth);
      frame.budget().leave();
      return inner.output().text();
    }
  }

  record Jump(Flow flow) implements Statement {
    @Override
    public Flow run(Frame frame) {
      return flow;
    }
  }

  record Set(Target target, Expression value) implements Statement {
    @Override
    public Flow run(Frame frame) {
      target.set(frame, frame.value(value));
      return Flow.NEXT;
    }
  }

  /** {@code set} with a block: the name gets its text, after filters. */
  record SetText(Target target, Statement body, List<FilterOf> filters) implements Statement {
    @Override
    public Flow run(Frame frame) {
      Object text = frame.captured(body, frame.inner(new Output()));
      target.set(frame, FilterOf.all(filters, text, frame));
      return Flow.NEXT;
    }
  }

  /** A filter that is applied to the text of a block. */
  record FilterOf(Filter filter, Expression.Given given) {
    static Object all(List<FilterOf> filters, Object text, Frame frame) {
      Object value = text;
      for (FilterOf f : filters) {
        value = f.filter.apply(frame, value, f.given.of(frame));
      }
      return value;
    }
  }

  record FilterText(List<FilterOf> filters, Statement body) implements Statement {
    @Override
    public Flow run(Frame frame) {
      Object text = frame.captured(body, frame.inner(new Output()));
      frame.print(FilterOf.all(filters, text, frame));
      return Flow.NEXT;
    }
  }

  record With(List<Target> targets, List<Expression> values, Statement body) implements Statement {
    @Override
    public Flow run(Frame frame) {
      Frame inner = frame.inner();
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).set(inner, frame.value(values.get(i)));
      }
      return body.run(inner);
    }
  }

  record DefineMacro(Macro macro) implements Statement {
    @Override
    public Flow run(Frame frame) {
      frame.set(macro.name(), macro.in(frame));
      return Flow.NEXT;
    }
  }

  /** {@code call}: a macro that may print the block with {@code caller()}. */
  record CallWith(Expression.Call call, Macro block) implements Statement {
    @Override
    public Flow run(Frame frame) {
      Object macro = frame.value(call.of());
      if (!(macro instanceof Callable callable)) {
        throw new TemplateException("'call' needs a macro, not " + Values.typeName(macro));
      }
      Arguments given = call.given().of(frame);
      Map<String, Object> named = new LinkedHashMap<>(given.named());
      named.put("caller", block.in(frame));
      frame.print(callable.call(new Arguments(given.budget(), given.positional(), named)));
      return Flow.NEXT;
    }
  }

  /** Marks what a model generates. */
  record Generation(Statement body) implements Statement {
    @Override
    public Flow run(Frame frame) {
      Output output = frame.output();
      if (output != frame.rendition().output()) {
        throw new TemplateException(
            "'generation' within a macro, a filter or a set block has no place in the text");
      }
      int from = output.length();
      body.run(frame.inner());
      frame.rendition().spans().add(new Rendered.Span(from, output.length()));
      return Flow.NEXT;
    }
  }
}
