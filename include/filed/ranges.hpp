/* Ranges of filed.hpp: how a view owns its handle, and how a list is walked. */

#ifndef FILED_RANGES_HPP
#define FILED_RANGES_HPP

#include <cstddef>
#include <iterator>
#include <utility>

#include "error.hpp"

namespace filed {
namespace detail {

/// A view that owns what it shows.
template <class View, class T, void (*Free)(T *)>
class Owned : public View {
public:
    /// Takes the handle over.
    explicit Owned(T *handle) noexcept : View(handle), handle_(handle) {}

    /// The handle, for calls of filed.h.
    const T *get() const noexcept { return handle_.get(); }

private:
    Handle<T, Free> handle_;
};

/// A list walked once, item by item. Walking may ask Filed for the next page, and throw.
/// `Source` has a `next` that gives an item, or nothing at the end.
template <class Item, class Source>
class Range {
public:
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using pointer = const Item *;
        using reference = const Item &;

        iterator() = default;
        explicit iterator(Range *range) : range_(range) { ++*this; }

        reference operator*() const { return *range_->item_; }
        pointer operator->() const { return &*range_->item_; }
        iterator &operator++() {
            range_->item_ = range_->source_.next();
            if (!range_->item_) {
                range_ = nullptr;
            }
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(const iterator &other) const { return range_ == other.range_; }
        bool operator!=(const iterator &other) const { return range_ != other.range_; }

    private:
        Range *range_ = nullptr;
    };

    explicit Range(Source source) : source_(std::move(source)) {}

    /// The next item, or nothing at the end.
    std::optional<Item> next() { return source_.next(); }

    iterator begin() { return iterator(this); }
    iterator end() { return iterator(); }

private:
    Source source_;
    std::optional<Item> item_;
};

/// The items behind one of the iterators of filed.h.
template <class Item, class T, class I, filed_error *(*Next)(const I *, T **), void (*Free)(I *)>
class Items {
public:
    /// Takes the handle over.
    Items(I *handle) noexcept : handle_(handle) {}

    std::optional<Item> next() {
        T *item = nullptr;
        check(Next(handle_.get(), &item));
        if (item == nullptr) {
            return std::nullopt;
        }
        return std::optional<Item>(std::in_place, item);
    }

private:
    Handle<I, Free> handle_;
};

template <class Item, class T, class I, filed_error *(*Next)(const I *, T **), void (*Free)(I *)>
using ItemRange = Range<Item, Items<Item, T, I, Next, Free>>;

}  // namespace detail
}  // namespace filed

#endif
