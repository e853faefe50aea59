// net/asio_impl.cpp: the one place where the non-template parts of Asio are compiled (they are slow to compile, and every other
// file sees declarations only). Nothing else belongs here.
#include <boost/asio/impl/src.hpp>
